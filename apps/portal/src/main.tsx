import { render, setArea } from '@patron-graph/ui';
import { App } from './app.tsx';
import '@patron-graph/ui/base.css';
import './style.css';

setArea('/docs');
render(<App />);
