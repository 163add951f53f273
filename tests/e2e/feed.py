"""Writes a podcast feed with three episodes: feed.py BASE FILE. The third episode's file is missing."""

import sys

from feedgen.feed import FeedGenerator

base, target = sys.argv[1], sys.argv[2]
feed = FeedGenerator()
feed.load_extension("podcast")
feed.title("Harbour Lights")
feed.link(href=base, rel="alternate")
feed.description("Three evenings at an invented harbour")
for number, (name, title) in enumerate([("one", "Low Tide"), ("two", "The Pilot"), ("three", "Fog Horn")], start=1):
    entry = feed.add_entry(order="append")
    entry.id(f"harbour-{number}")
    entry.title(title)
    entry.published(f"2024-03-0{number}T20:00:00+00:00")
    entry.enclosure(f"{base}m/{name}.mp4", "0", "video/mp4")
    entry.podcast.itunes_season(1)
    entry.podcast.itunes_episode(number)
feed.rss_file(target, pretty=True)
