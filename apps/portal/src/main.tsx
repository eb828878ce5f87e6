import { render, setArea } from '@patron-graph/ui';
import { App } from './app.tsx';
import './style.css';

setArea('/docs');
render(<App />);
