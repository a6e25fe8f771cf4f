// Two pictures of one page, compared as a person would who looks from a little way off: by the mean colour of squares.

const SQUARE = 16;
/** Letters may be smoothed a little differently: of 255 steps, so many are not seen. */
const SEEN = 10;

async function squares(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new window.Blob([bytes], { type: 'image/png' }));
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const pencil = canvas.getContext('2d');
  pencil.drawImage(picture, 0, 0);
  const { data } = pencil.getImageData(0, 0, width, height);
  const columns = Math.ceil(width / SQUARE);
  const rows = Math.ceil(height / SQUARE);
  const sums = new Float64Array(columns * rows * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const to = (Math.floor(y / SQUARE) * columns + Math.floor(x / SQUARE)) * 4;
      const from = (y * width + x) * 4;
      for (let c = 0; c < 3; c += 1) sums[to + c] += data[from + c];
      sums[to + 3] += 1;
    }
  }
  return { width, height, columns, rows, sums };
}

/** Where two pictures differ: how many squares, of how many, and the box around them. */
async function differences(expected, actual) {
  const [one, other] = await Promise.all([squares(expected), squares(actual)]);
  if (one.width !== other.width || one.height !== other.height) {
    return { sizes: `${one.width} by ${one.height}, now ${other.width} by ${other.height}` };
  }
  let count = 0;
  const box = [Infinity, Infinity, 0, 0];
  for (let at = 0; at < one.columns * one.rows; at += 1) {
    const means = ({ sums }) => [0, 1, 2].map((c) => sums[at * 4 + c] / sums[at * 4 + 3]);
    const [before, after] = [means(one), means(other)];
    if (!before.some((mean, c) => Math.abs(mean - after[c]) > SEEN)) continue;
    count += 1;
    const [x, y] = [(at % one.columns) * SQUARE, Math.floor(at / one.columns) * SQUARE];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x + SQUARE);
    box[3] = Math.max(box[3], y + SQUARE);
  }
  return { count, of: one.columns * one.rows, box };
}
