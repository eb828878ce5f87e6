import { render } from '@patron-graph/ui';
import { App } from './app.tsx';
import '@patron-graph/ui/base.css';
import './style.css';

render(<App />);
