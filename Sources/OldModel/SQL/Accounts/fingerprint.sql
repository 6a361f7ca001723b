-- Changes when a row that the identities job reads is added, changed or deleted (I7).
select pg_catalog.concat_ws(' ',
  (select
    :version_sum
    from accounts.identity),
  (select
    :version_sum
    from accounts.oauth_account),
  (select
    :version_sum
    from accounts.session)) as fingerprint
