#!/bin/sh
# Two roles: one owns the schema and migrates, the other serves and can bypass nothing.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 \
    --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE lora_owner LOGIN CREATEROLE PASSWORD :'owner_password';
SET ROLE lora_owner;
CREATE ROLE lora_app LOGIN PASSWORD :'app_password';
RESET ROLE;
CREATE DATABASE lora OWNER lora_owner;
SQL
