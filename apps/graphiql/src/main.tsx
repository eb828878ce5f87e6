import { render } from '@patron-graph/ui';
import { Page } from './page.tsx';
import '@patron-graph/ui/base.css';
import './style.css';

render(<Page />);
