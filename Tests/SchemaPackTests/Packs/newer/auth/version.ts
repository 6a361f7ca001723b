export const AUTH_SCHEMA_VERSION = "0.2.0";
