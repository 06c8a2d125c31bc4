"""The registry's feeds as values: addresses, merging, OPML. Where they are kept is the runtime's business."""
