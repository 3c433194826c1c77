"""Runs the command lines of history.json with Alembic on SQLite, and writes down what it answered (recorded.json).

Needs Python and Alembic; nothing else of the project does. Run it again to record another version:  python3 record.py
"""
import json, os, re, shutil, sqlite3, subprocess, sys, tempfile

here = os.path.dirname(os.path.abspath(__file__))
wanted = json.load(open(os.path.join(here, "history.json")))
root = tempfile.mkdtemp(prefix="alembic-side-")


def alembic(line):
    done = subprocess.run(["alembic", *line.split()], cwd=root, capture_output=True, text=True)
    return done


def write(path, text):
    with open(os.path.join(root, path), "w") as file:
        file.write(text)


def revision_text(revision):
    table = revision["table"]
    one = lambda ids: repr(tuple(ids)) if len(ids) > 1 else repr(ids[0]) if ids else "None"
    up = f"op.execute('CREATE TABLE {table} (id INTEGER PRIMARY KEY)')" if table else "pass"
    down = f"op.execute('DROP TABLE {table}')" if table else "pass"
    return (
        f'"""{table or "merge"}\n\n"""\nfrom alembic import op\n\nrevision = {revision["id"]!r}\n'
        f'down_revision = {one(revision["parents"])}\nbranch_labels = {one(revision["labels"])}\n'
        f'depends_on = {one(revision["dependsOn"])}\n\n\ndef upgrade():\n    {up}\n\n\ndef downgrade():\n    {down}\n'
    )


def state():
    path = os.path.join(root, "a.db")
    if not os.path.exists(path):
        return {"heads": [], "tables": []}
    with sqlite3.connect(path) as db:
        tables = sorted(row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
        heads = [row[0] for row in db.execute("SELECT version_num FROM alembic_version")] if "alembic_version" in tables else []
    return {"heads": sorted(heads), "tables": [table for table in tables if table != "alembic_version"]}


def tidy(text):
    text = text.replace(root, "…")
    text = re.sub(r"Create Date: .*", "Create Date: …", text)
    return re.sub(r"(?s)Traceback \(most recent call last\):.*?\n(\S[^\n]*)\n?$", r"Traceback … \1\n", text)


try:
    alembic("init versioned")
    ini = open(os.path.join(root, "alembic.ini")).read()
    write("alembic.ini", re.sub(r"sqlalchemy\.url = .*", "sqlalchemy.url = sqlite:///./a.db", ini))
    env = open(os.path.join(root, "versioned/env.py")).read()
    write("versioned/env.py", env)
    for revision in wanted["revisions"]:
        write(f"versioned/versions/{revision['id']}_{revision['table'] or 'merge'}.py", revision_text(revision))
    answers = []
    for line in wanted["lines"]:
        done = alembic(line)
        answers.append({"line": line, "status": done.returncode, "stdout": tidy(done.stdout), "stderr": tidy(done.stderr), **state()})
    version = subprocess.run(["alembic", "--version"], capture_output=True, text=True).stdout.strip()
    with open(os.path.join(here, "recorded.json"), "w") as file:
        json.dump({"version": version, "answers": answers}, file, indent=1, ensure_ascii=False)
        file.write("\n")
finally:
    shutil.rmtree(root)
