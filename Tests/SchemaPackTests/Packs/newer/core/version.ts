export const CORE_SCHEMA_VERSION = "0.2.0";
