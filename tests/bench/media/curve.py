"""Draws the curve of time and quality as SVG, from the points that bench.py found."""

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 420, 64, 24, 24, 56
COLOURS = {"mockets": "#0a6", "ffmpeg": "#c40"}


def span(values, step):
    """Round numbers around all values."""
    low = step * int(min(values) / step - (min(values) < 0))
    high = step * (int(max(values) / step) + 1)
    return low, high


def draw(points, path, title):
    """points: (family, label, CPU seconds, mean PSNR in dB)."""
    x_low, x_high = 0, span([point[2] for point in points], 20)[1]
    y_low, y_high = span([point[3] for point in points], 0.5)

    def x(value):
        return LEFT + (value - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - (value - y_low) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
           f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<title>{title}</title>',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for value in range(x_low, x_high + 1, 20):
        out.append(f'<path d="M{x(value):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
                   f'<text x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                   f'text-anchor="middle">{value}</text>')
    for i in range(int((y_high - y_low) / 0.5) + 1):
        value = y_low + i * 0.5
        out.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" '
                   f'text-anchor="end">{value:.1f}</text>')
    for family, colour in COLOURS.items():
        row = sorted(point for point in points if point[0] == family)
        row.sort(key=lambda point: point[2])
        line = " ".join(f"{x(cpu):.1f},{y(psnr):.1f}" for _, _, cpu, psnr in row)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for _, label, cpu, psnr in row:
            above = family == "mockets"
            out.append(f'<circle cx="{x(cpu):.1f}" cy="{y(psnr):.1f}" r="4" fill="{colour}"/>'
                       f'<text x="{x(cpu):.1f}" y="{y(psnr) + (-10 if above else 20):.1f}" '
                       f'text-anchor="middle" fill="{colour}">{label}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">'
               'CPU seconds for the ladder</text>')
    out.append(f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" '
               'text-anchor="middle">PSNR of the luma, mean of the renditions, dB</text>')
    out.append("</svg>\n")
    path.write_text("\n".join(out))
