"""Services on a real Kafka and Elasticsearch that are killed, stopped and fed with what they cannot read."""
