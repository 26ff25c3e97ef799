(() => {
  const grid = document.querySelector('.grid');
  const figures = [...grid.querySelectorAll('figure')];
  const cut = (pair, value) => pair.style.setProperty('--cut', value + '%');
  const slide = event => { if (event.target.matches('.pair input')) cut(event.target.parentElement, event.target.value); };
  document.addEventListener('input', slide);

  const modes = [...document.querySelectorAll('.modes button')];
  const choose = mode => {
    grid.classList.toggle('side', mode === 'side');
    for (const button of modes) button.setAttribute('aria-pressed', String(button.dataset.mode === mode));
  };
  for (const button of modes) button.addEventListener('click', () => choose(button.dataset.mode));

  const dialog = document.querySelector('dialog');
  const stage = dialog.querySelector('.stage');
  const title = dialog.querySelector('.title');
  let current = 0;
  const fit = () => {
    const pair = stage.firstElementChild;
    if (!pair) return;
    const image = pair.querySelector('.after');
    const scale = Math.min(stage.clientWidth / image.getAttribute('width'), stage.clientHeight / image.getAttribute('height'));
    pair.style.width = Math.floor(image.getAttribute('width') * scale) + 'px';
  };
  const show = index => {
    current = (index + figures.length) % figures.length;
    const pair = figures[current].querySelector('.pair').cloneNode(true);
    for (const image of pair.querySelectorAll('img')) image.loading = 'eager';
    pair.querySelector('input').value = 50;
    cut(pair, 50);
    stage.replaceChildren(pair);
    title.textContent = figures[current].querySelector('.name').firstChild.textContent + '  (' + (current + 1) + ' of ' + figures.length + ')';
    if (!dialog.open) dialog.showModal();
    fit();
    pair.querySelector('input').focus({ preventScroll: true });
  };
  grid.addEventListener('click', event => {
    const button = event.target.closest('button.enlarge');
    if (button) show(figures.indexOf(button.closest('figure')));
  });
  dialog.querySelector('.previous').addEventListener('click', () => show(current - 1));
  dialog.querySelector('.next').addEventListener('click', () => show(current + 1));
  dialog.querySelector('.close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => figures[current].querySelector('button.enlarge').focus());
  window.addEventListener('resize', fit);

  let held = false;
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (dialog.open) {
      const pair = stage.firstElementChild;
      if (event.key === 'n' || event.key === 'PageDown') show(current + 1);
      else if (event.key === 'p' || event.key === 'PageUp') show(current - 1);
      else if (event.key === ' ' && !event.target.closest('button')) { if (!held) { held = true; cut(pair, 100); } }
      else return;
      event.preventDefault();
    } else if (event.key === 's') choose(grid.classList.contains('side') ? 'slider' : 'side');
  });
  document.addEventListener('keyup', event => {
    if (event.key !== ' ' || !held) return;
    held = false;
    const pair = stage.firstElementChild;
    if (pair) cut(pair, pair.querySelector('input').value);
  });
})();
