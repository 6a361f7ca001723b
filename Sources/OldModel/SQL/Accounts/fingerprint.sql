-- Differs when a row of what the identities job reads was added, changed or deleted (I7).
select pg_catalog.concat_ws(' ',
  (select count(*) || '/' || coalesce(
    sum(pg_catalog.hashtextextended(ctid::text || '/' || xmin::text, 0)::numeric), 0)
    from accounts.identity),
  (select count(*) || '/' || coalesce(
    sum(pg_catalog.hashtextextended(ctid::text || '/' || xmin::text, 0)::numeric), 0)
    from accounts.oauth_account),
  (select count(*) || '/' || coalesce(
    sum(pg_catalog.hashtextextended(ctid::text || '/' || xmin::text, 0)::numeric), 0)
    from accounts.session)) as fingerprint
