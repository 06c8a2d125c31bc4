"""What operators do beside the main job: bring articles in from files, process stored ones again, erase."""
