export const CORE_SCHEMA_VERSION = "0.0.9";
