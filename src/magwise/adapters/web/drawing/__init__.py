"""Values -> SVG as text. Colours come from the stylesheet by class, so that every theme and print have their own."""
