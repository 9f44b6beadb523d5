/** Begins the page in the browser, from the data that stands in it. */
import { render } from 'preact';
import type { PageData } from './data.js';
import { App } from './views/app.js';

const data = JSON.parse(document.getElementById('data')!.textContent) as PageData;
const root = document.getElementById('app')!;
root.textContent = '';
render(<App data={data} />, root);
