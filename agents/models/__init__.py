"""The models the agents think with: endpoints, the offline model, scripts."""
