export const SPACE_SCHEMA_VERSION = "0.2.0";
