CREATE TABLE patients (id int PRIMARY KEY, name varchar(80));
INSERT INTO patients VALUES (1,'Anna O''Roy'),(2,'Bo Lind');
