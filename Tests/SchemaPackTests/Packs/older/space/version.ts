export const SPACE_SCHEMA_VERSION = "0.0.9";
