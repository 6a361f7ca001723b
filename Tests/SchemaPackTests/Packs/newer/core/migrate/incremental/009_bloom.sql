create extension if not exists bloom with schema public;
