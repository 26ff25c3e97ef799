// Start: sign in, follow the address, show the state of the connection.

import { live, request, signInFromAddress, signOut } from './api.js';
import { h, notice } from './dom.js';
import './runs-page.js';
import './run-page.js';
import './compare-page.js';
import './jobs-page.js';
import './job-page.js';
import './cluster-page.js';
import './models-page.js';
import './try-page.js';

const main = document.getElementById('main');
const linkState = document.getElementById('link-state');
let home = '#/runs';

// Address, element, title, and what its event stream holds; null: the page says so itself.
const pages = [
  [/^#\/runs$/, 'runs-page', 'Runs', () => ({ lists: ['runs'] })],
  [/^#\/runs\/([^/]+)$/, 'run-page', 'Run', (id) => ({ run: id })],
  [/^#\/compare\/([^/]+)$/, 'compare-page', 'Runs compared', () => ({ lists: ['runs'] })],
  [/^#\/jobs$/, 'jobs-page', 'Jobs', () => ({ lists: ['jobs'] })],
  [/^#\/jobs\/([^/]+)$/, 'job-page', 'Job', () => null],
  [/^#\/cluster$/, 'cluster-page', 'Cluster', () => ({ lists: ['cluster', 'jobs', 'runs'] })],
  [/^#\/models$/, 'models-page', 'Models', () => ({})],
  [/^#\/try(?:\?.*)?$/, 'try-page', 'Try it', () => ({})],
];

function follow() {
  const address = location.hash || home;
  const page = pages.find(([pattern]) => pattern.test(address));
  if (!page) return void location.replace(home);
  const [pattern, tag, title, subject] = page;
  const id = pattern.exec(address)[1];
  document.title = `${title} – ActorColorize`;
  for (const link of document.querySelectorAll('nav a')) {
    if (address.startsWith(link.hash) || (address.startsWith('#/compare/') && link.hash === '#/runs'))
      link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const element = document.createElement(tag);
  if (id) element.dataset.subject = decodeURIComponent(id);
  const shown = subject(id && decodeURIComponent(id));
  if (shown) live.watch(shown);
  main.replaceChildren(element);
  scrollTo(0, 0);
}

function askToSignIn(text) {
  live.stop();
  signOut();
  document.title = 'Sign in – ActorColorize';
  main.replaceChildren(
    notice(
      'empty',
      text,
      h('p', {}, 'Open a terminal on the daemon’s machine and run:'),
      h('pre', {}, 'actorcolorize dashboard'),
      h('p', {}, 'It prints a link that signs this browser tab in. A link works once; every tab needs its own.'),
      h('p', {}, 'For the dashboard of a “train --ui” or “colorize --ui”, add the --data-folder that the command has named.'),
    ),
  );
}

const texts = {
  idle: ['', ''],
  connecting: ['Connecting…', 'connecting'],
  live: ['Live', 'live'],
  lost: ['Disconnected – trying again', 'lost'],
  ended: ['Disconnected – the command may have ended', 'lost'],
  refused: ['Not connected', 'lost'],
};
live.addEventListener('state', ({ detail }) => {
  const [text, kind] = texts[detail.state === 'lost' && document.body.dataset.command ? 'ended' : detail.state];
  linkState.textContent = text;
  linkState.className = `link-state ${kind}`;
});
addEventListener('signed-out', () => askToSignIn('You are not signed in.'));
addEventListener('hashchange', async () => {
  if (location.hash.startsWith('#code=')) await start();
  else follow();
});

/** The dashboard of one command shows its run or job and nothing else. */
async function adapt() {
  const { command } = await request('/v1/daemon');
  if (!command) return;
  document.body.dataset.command = command.name;
  home = `#/${command.name === 'train' ? 'runs' : 'jobs'}/${encodeURIComponent(command.subject)}`;
  document.querySelector('.brand').setAttribute('href', home);
  if (['', '#/runs'].includes(location.hash)) history.replaceState(null, '', home);
}

async function start() {
  try {
    await signInFromAddress();
    await adapt();
    follow();
  } catch (problem) {
    if (problem.status !== 401) askToSignIn(problem.message);
    else askToSignIn('You are not signed in.');
  }
}

await start();
