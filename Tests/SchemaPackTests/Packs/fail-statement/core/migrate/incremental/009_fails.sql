-- Deliberately wrong, below.
create table {{schema}}.fine (id integer);
create table {{schema}}.wrong (id nonsense);
