import { createRoot } from 'react-dom/client';
import { HashRouter, Link, Route, Routes } from 'react-router-dom';
import { BackupsPage } from './BackupsPage';

// In Backstage: createPlugin, and createRoutableExtension with this page.
createRoot(document.getElementById('root')!).render(
  <HashRouter>
    <nav>
      <Link id="away" to="/catalog">Catalog</Link> <Link id="back" to="/">Backups</Link>
    </nav>
    <Routes>
      <Route path="/" element={<BackupsPage />} />
      <Route path="/catalog" element={<p>The catalog</p>} />
    </Routes>
  </HashRouter>,
);
