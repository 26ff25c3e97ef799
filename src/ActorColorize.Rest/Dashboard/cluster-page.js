// The daemon: its nodes, its devices and what they do.

import { badge, count, duration, h, keyed, notice, setBadge, setText, time } from './dom.js';
import { Page } from './page.js';

const soon = 30; // days

const daysLeft = (certificate) => Math.floor((new Date(certificate.expires_at) - Date.now()) / 86_400_000);

const validity = (certificate) => `${certificate.setting}: ${count(daysLeft(certificate))} days left, ${time(certificate.expires_at)}`;

const open = ['scanning', 'queued', 'running', 'paused', 'cancelling', 'finalizing'];

class ClusterPage extends Page {
  #place = h('div', {}, notice('loading', 'Asking the daemon…'));
  #figures = h('dl', { class: 'figures' });
  #nodes = h('tbody', {});
  #nodesNote = h('p', {});
  #warnings = h('div', {});
  #devices = h('ul', { class: 'rows' });
  #devicesNote = h('div', {});
  #work = { jobs: null, runs: null };
  #cluster = null;

  show() {
    this.append(h('h1', {}, 'Cluster'), this.#place);
    this.onLive('cluster', (cluster) => this.#update(cluster));
    this.onLive('jobs', (list) => this.#count('jobs', list));
    this.onLive('runs', (list) => this.#count('runs', list));
  }

  #count(what, list) {
    this.#work[what] = list.problem ? `unknown: ${list.problem}` : this.#words(list[what], what);
    if (this.#cluster) this.#update(this.#cluster);
  }

  #words(entries, what) {
    const counts = new Map();
    for (const { phase } of entries)
      if (open.includes(phase) || ['preparing', 'waiting', 'pausing', 'stopping'].includes(phase))
        counts.set(phase, (counts.get(phase) ?? 0) + 1);
    return counts.size ? [...counts].map(([phase, number]) => `${number} ${phase}`).join(', ') : `no open ${what}`;
  }

  #warningsOf(cluster) {
    const holders = cluster.nodes.length ? cluster.nodes : [{ address: 'This daemon', certificate: cluster.certificate }];
    const expiring = holders
      .filter(({ certificate }) => certificate && daysLeft(certificate) < soon)
      .map(({ address, certificate }) => {
        const [days, day] = [daysLeft(certificate), time(certificate.expires_at)];
        const when = days < 0 ? `expired on ${day}` : `expires on ${day}, in ${count(days)} ${days === 1 ? 'day' : 'days'}`;
        return `${address}: ${certificate.setting} ${when}. Issue a new one and restart.`;
      });
    const programs = [...new Set(cluster.nodes.map((node) => node.program).filter(Boolean))].sort();
    return programs.length > 1 ? [...expiring, `The nodes have different versions: ${programs.join(', ')}.`] : expiring;
  }

  #update(cluster) {
    this.#cluster = cluster;
    if (this.#figures.parentElement !== this.#place)
      this.#place.replaceChildren(
        this.#warnings,
        this.#figures,
        h('h2', {}, 'Nodes'),
        this.#nodesNote,
        h(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Nodes' },
          h(
            'table',
            { class: 'nodes' },
            h(
              'thead',
              {},
              h(
                'tr',
                {},
                ['Address', 'Role', 'State', 'Program', 'First certificate to expire'].map((name) => h('th', { scope: 'col' }, name)),
              ),
            ),
            this.#nodes,
          ),
        ),
        h('h2', {}, 'Devices that take archive work'),
        this.#devicesNote,
        this.#devices,
      );
    const entries = [
      ['Program', cluster.program],
      ['Running', `since ${time(cluster.started_at)}, process ${cluster.process}`],
      ['Device', cluster.device],
      cluster.certificate && ['First certificate to expire', validity(cluster.certificate)],
      ['Jobs', this.#work.jobs ?? '…'],
      ['Runs', this.#work.runs ?? '…'],
    ];
    keyed(
      this.#figures,
      entries.filter(Boolean),
      ([name]) => name,
      ([name]) => h('div', {}, h('dt', {}, name), h('dd', {})),
      (element, [, value]) => setText(element.lastChild, value),
    );

    const quorum = cluster.coordinators;
    setText(this.#nodesNote, quorum ? `${quorum.summary}.` : 'One daemon on this machine; it is not part of a cluster.');
    const known = new Set(cluster.nodes.map((node) => node.address));
    const absent = (quorum?.missing ?? [])
      .filter((address) => !known.has(address))
      .map((address) => ({ address, role: 'coordinator', state: 'missing', is_reachable: true }));
    const nodes = [...cluster.nodes, ...absent];
    this.#nodes.closest('.scroll').hidden = !nodes.length;
    keyed(
      this.#nodes,
      nodes,
      (node) => node.address,
      (node) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, node.address),
          h('td', {}, node.role),
          h('td', {}, badge(node.state), h('span', {})),
          h('td', {}),
          h('td', {}),
        ),
      (row, node) => {
        setBadge(row.querySelector('.badge'), node.is_reachable ? node.state : 'unreachable');
        setText(row.querySelector('.badge + span'), node.is_leader ? ' leader' : '');
        setText(row.cells[3], node.program ?? '–');
        setText(row.cells[4], node.certificate ? validity(node.certificate) : '–');
      },
    );
    const warnings = this.#warningsOf(cluster);
    keyed(
      this.#warnings,
      warnings,
      (text) => text,
      (text) => notice('warning', text),
      () => {},
    );

    if (cluster.workers === null) this.#devicesNote.replaceChildren(notice('error', cluster.problem));
    else if (!cluster.workers.length)
      this.#devicesNote.replaceChildren(notice('empty', 'No device takes work: jobs are accepted and wait.'));
    else this.#devicesNote.replaceChildren();
    keyed(
      this.#devices,
      cluster.workers ?? [],
      (worker) => `${worker.device} ${worker.incarnation}`,
      (worker) =>
        h(
          'li',
          { class: 'row' },
          h('div', { class: 'row-head' }, h('strong', {}, worker.device), h('span', { class: 'badge plain' })),
          h('div', { class: 'dim' }),
        ),
      (row, worker) => {
        setText(row.querySelector('.badge'), worker.credit === 0 ? 'at capacity' : worker.units ? 'working' : 'idle');
        setText(
          row.lastChild,
          `${count(worker.units)} of ${count(worker.units + worker.credit)} units of work; ` +
            `last heartbeat ${duration(worker.heard_seconds_ago)} ago`,
        );
      },
    );
  }
}

customElements.define('cluster-page', ClusterPage);
