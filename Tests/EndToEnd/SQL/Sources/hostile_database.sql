-- A database that compares, sorts and folds unlike the target. psql variable: name.
drop database :"name" with (force);
create database :"name" template template0 encoding 'UTF8'
  locale_provider builtin builtin_locale 'PG_UNICODE_FAST' lc_collate 'C' lc_ctype 'C.UTF-8';
