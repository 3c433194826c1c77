create table USERS(id integer primary key,name text not null);
