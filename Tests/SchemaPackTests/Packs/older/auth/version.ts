export const AUTH_SCHEMA_VERSION = "0.0.9";
