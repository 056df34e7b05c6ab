"""The shared screen layer: settings, figures, equations and the stage that shows them. Knows core; core knows nothing of it."""
