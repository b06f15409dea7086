-- Each time after the migrations: what the services' roles need not do. New tables are theirs to read and write by default (new-secrets).
\connect jwks_service
REVOKE UPDATE, DELETE, TRUNCATE ON "AuditRecords" FROM jwks_service;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "__EFMigrationsHistory" FROM jwks_service;
\connect authorization_server
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "__EFMigrationsHistory" FROM authorization_server;
\connect orders_api
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "__EFMigrationsHistory" FROM orders_api;
