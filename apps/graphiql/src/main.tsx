import { render } from '@patron-graph/ui';
import { Page } from './page.tsx';
import './style.css';

render(<Page />);
