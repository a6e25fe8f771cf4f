// Any two names of this machine are two origins.
const other = new URL('./frame.html', location);
other.hostname = location.hostname === 'localhost' ? '127.0.0.1' : 'localhost';

const frame = document.querySelector('iframe');
frame.src = other;

addEventListener('message', ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== other.origin) return;
  document.getElementById('outcome').textContent = `Job ${data.job}: ${data.state}`;
});
