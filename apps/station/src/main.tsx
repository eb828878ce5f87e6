import '@patron-graph/ui/style.css';
import './style.css';
import { render } from '@patron-graph/ui';
import { App } from './app.tsx';

render(<App />);
