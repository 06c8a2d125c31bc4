"""A real Kafka and a real Elasticsearch for tests and developers: given by address, run by Docker, or run from their jars."""
