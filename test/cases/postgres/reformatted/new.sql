create table T (
  ID int4 -- the key
    check (((id) > 0)),
  at timestamp with time zone default NOW()
);
create view v as select t.id from public.t where t.id = any (array[1, 2]);
