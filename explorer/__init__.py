"""The screen layer: settings, figures, equations and the stage that shows them. Knows core; core knows none of it."""
