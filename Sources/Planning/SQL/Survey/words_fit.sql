-- Fails with 54000 if the words of one of the memories do not fit into a tsvector. A language that this
-- server does not have gives no words.
select count(pg_catalog.to_tsvector((
    select c.oid::regconfig
    from pg_catalog.pg_ts_config c
    where c.cfgname = :'language' and pg_catalog.pg_ts_config_is_visible(c.oid)), content))
from :"schema".memory
where id = any (:'ids'::uuid[])
