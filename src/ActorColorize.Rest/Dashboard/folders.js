// A dialog that chooses a folder, or a picture, of the daemon's machine, below the folders that its settings allow.

import { Problem, request } from './api.js';
import { h, notice } from './dom.js';

const page = 100;

const list = (query, signal) => request(`/v1/folders?${new URLSearchParams(query)}`, { signal });

/** The folders that may be looked into; none where the settings name none. */
export const roots = async (signal) => (await request('/v1/folders', { signal })).entries;

/**
 * Lets the user choose, beginning at a path or, where that is no folder that may be looked into, at the roots.
 * Gives the chosen path, or null.
 */
export function chooseFolder(title, from, picksPictures) {
  return new Promise((answer) => {
    let [shown, chosen] = [null, null];
    const place = h('p', { class: 'place', role: 'status' });
    const entries = h('ul', { class: 'folders' });
    const more = h('button', { type: 'button', click: () => add(shown.next) }, 'Show more');
    const choose = h('button', { type: 'button', class: 'primary', click: () => done(shown.path) }, 'Choose this folder');
    const trouble = h('div');
    const dialog = h(
      'dialog',
      { 'aria-labelledby': 'folder-title', close: () => (dialog.remove(), answer(chosen)) },
      h('h2', { id: 'folder-title' }, title),
      place,
      trouble,
      entries,
      h('div', { class: 'buttons' }, more),
      h('div', { class: 'buttons end' }, h('button', { type: 'button', click: () => dialog.close() }, 'Cancel'), choose),
    );
    const done = (path) => {
      chosen = path;
      dialog.close();
    };
    const item = (text, icon, action) =>
      h('li', {}, h('button', { type: 'button', click: action }, h('span', { 'aria-hidden': 'true' }, icon), text));
    const itemOf = ({ is_folder: isFolder, name, path }) => {
      if (isFolder) return item(name, '▸ ', () => open(path));
      return picksPictures ? item(name, '▫ ', () => done(path)) : h('li', { class: 'dim' }, name);
    };

    async function attempt(action) {
      try {
        trouble.replaceChildren();
        await action();
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        trouble.replaceChildren(notice('error', problem.message));
      }
    }

    /** Shows the next page. */
    const add = (cursor) =>
      attempt(async () => {
        const next = await list({ path: shown.path, cursor, limit: page });
        const first = entries.childElementCount;
        entries.append(...next.entries.map(itemOf));
        take(next);
        entries.children[first]?.querySelector('button')?.focus();
      });

    function take(next) {
      shown = next;
      more.hidden = !next.next;
      choose.disabled = !next.path;
      place.textContent = next.path ?? 'Folders of the daemon’s machine';
      if (!next.is_complete && !next.next)
        entries.append(h('li', { class: 'dim' }, 'The folder has more entries; type the path of others.'));
    }

    /** Shows a folder; null: the roots. */
    const open = (path) =>
      attempt(async () => {
        const next = await list(path === null ? {} : { path, limit: page });
        const up = next.path === null ? null : item(next.parent === null ? 'All folders' : 'Folder above', '▴ ', () => open(next.parent));
        entries.replaceChildren(...[up].filter(Boolean), ...next.entries.map(itemOf));
        if (next.path && !next.entries.length) entries.append(h('li', { class: 'dim' }, 'Nothing to choose in here'));
        take(next);
        entries.querySelector('button')?.focus();
      });

    document.body.append(dialog);
    dialog.showModal();
    list({ path: from || '/', limit: 1 }).then(
      () => open(from),
      () => open(null),
    );
  });
}
