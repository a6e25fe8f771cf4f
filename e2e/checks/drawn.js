// Controls that the browser draws by itself have no colours to be asked for: their contrast is looked up in a picture of
// the page. Gives for each element that of its most distinct pixel to what is around it.

async function drawn(base64, elements) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new window.Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pencil = canvas.getContext('2d');
  pencil.drawImage(picture, 0, 0);
  return elements.map((e) => {
    const box = e.getBoundingClientRect();
    const [left, top, width, height] = [box.left, box.top, box.width, box.height].map(Math.round);
    const around = [...pencil.getImageData(left - 3, top + Math.floor(height / 2), 1, 1).data].slice(0, 3);
    const { data } = pencil.getImageData(left, top, width, height);
    let most = 1;
    for (let at = 0; at < data.length; at += 4) most = Math.max(most, ratio([...data.slice(at, at + 3)], around));
    return { what: `${e.localName}${e.checked ? ', checked' : ''}`, most };
  });
}
