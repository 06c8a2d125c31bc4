"""The cluster's services: one long-lived process each, wired from the rooms and Kafka, with health and metrics."""
