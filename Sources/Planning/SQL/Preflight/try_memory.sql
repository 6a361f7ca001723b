-- Whether the space of a rehearsal accepts a memory of one kind.
insert into :"schema".memory (id, meta, temporal, content)
values (:'id', :'meta', :'temporal', '')
