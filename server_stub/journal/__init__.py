"""Append and read the one truth: tables, backends, snapshots, projections, accounts."""
