// The daemon: its nodes, its devices and what they do.

import { badge, count, duration, h, keyed, notice, setBadge, setText, time } from './dom.js';
import { Page } from './page.js';

const open = ['scanning', 'queued', 'running', 'paused', 'cancelling', 'finalizing'];

class ClusterPage extends Page {
  #place = h('div', {}, notice('loading', 'Asking the daemon…'));
  #figures = h('dl', { class: 'figures' });
  #nodes = h('tbody', {});
  #nodesNote = h('p', { class: 'dim' });
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

  #update(cluster) {
    this.#cluster = cluster;
    if (this.#figures.parentElement !== this.#place)
      this.#place.replaceChildren(
        this.#figures,
        h('h2', {}, 'Nodes'),
        this.#nodesNote,
        h(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Nodes' },
          h(
            'table',
            {},
            h(
              'thead',
              {},
              h(
                'tr',
                {},
                ['Address', 'Role', 'State'].map((name) => h('th', { scope: 'col' }, name)),
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
      ['Jobs', this.#work.jobs ?? '…'],
      ['Runs', this.#work.runs ?? '…'],
    ];
    keyed(
      this.#figures,
      entries,
      ([name]) => name,
      ([name]) => h('div', {}, h('dt', {}, name), h('dd', {})),
      (element, [, value]) => setText(element.lastChild, value),
    );

    const coordinators = cluster.nodes.filter((node) => node.role.includes('coordinator'));
    const reachable = coordinators.filter((node) => node.is_reachable).length;
    const needed = Math.floor(coordinators.length / 2) + 1;
    setText(
      this.#nodesNote,
      !cluster.nodes.length
        ? 'One daemon on this machine; it is not part of a cluster.'
        : `${reachable} of ${coordinators.length} coordinators known here are reachable` +
            (reachable <= needed ? `; with fewer than ${needed} the cluster stops.` : '.'),
    );
    this.#nodes.closest('.scroll').hidden = !cluster.nodes.length;
    keyed(
      this.#nodes,
      cluster.nodes,
      (node) => node.address,
      (node) => h('tr', {}, h('th', { scope: 'row' }, node.address), h('td', {}, node.role), h('td', {}, badge(node.state), h('span', {}))),
      (row, node) => {
        setBadge(row.querySelector('.badge'), node.is_reachable ? node.state : 'failed');
        if (!node.is_reachable) setText(row.querySelector('.badge'), 'unreachable');
        setText(row.lastChild.lastChild, node.is_leader ? ' leader' : '');
      },
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
