update accounts.engine set name = E'quotes '' " back\\slash % {{slug}}\nline' where slug = 'alphaalpha01';
update accounts.identity set name = E'O''Brien \\ "{{"', created_at = 'infinity';
insert into accounts.org (id, slug, name, created_at)
values ('019b0000-0000-7000-8000-00000000ffff', 'empty', 'without engines', '-infinity');
