// Two pictures of which one covers a share of the other, set by the range within.
customElements.define(
  'compare-slider',
  class extends HTMLElement {
    connectedCallback() {
      this.toggleAttribute('overlaid', true);
      this.addEventListener('input', () => this.cut(this.range.value));
    }

    get range() {
      return this.querySelector('input');
    }

    cut(percent) {
      this.style.setProperty('--cut', percent + '%');
    }
  },
);

// Figures with sliders: a switch between slider and side by side, and a dialog that shows one picture after the other enlarged.
customElements.define(
  'compare-gallery',
  class extends HTMLElement {
    connectedCallback() {
      document.addEventListener('DOMContentLoaded', () => this.start());
    }

    start() {
      this.figures = [...this.querySelectorAll('figure')];
      this.modes = [...document.querySelectorAll('[data-mode]')];
      this.dialog = this.querySelector('dialog');
      this.stage = this.querySelector('.stage');
      this.current = 0;
      this.isHeld = false;
      for (const part of document.querySelectorAll('[hidden]')) part.hidden = false;
      for (const button of this.modes) button.addEventListener('click', () => this.choose(button.dataset.mode));
      const on = (part, act) => this.dialog.querySelector(part).addEventListener('click', act);
      on('.previous', () => this.show(this.current - 1));
      on('.next', () => this.show(this.current + 1));
      on('.close', () => this.dialog.close());
      this.dialog.addEventListener('close', () => this.figures[this.current].querySelector('.enlarge').focus());
      this.addEventListener('click', (event) => {
        if (event.target.matches('.enlarge')) this.show(this.figures.indexOf(event.target.closest('figure')));
      });
      window.addEventListener('resize', () => this.fit());
      document.addEventListener('keydown', (event) => this.press(event));
      document.addEventListener('keyup', (event) => this.release(event));
    }

    get enlarged() {
      return this.stage.firstElementChild;
    }

    choose(mode) {
      for (const figure of this.figures) figure.querySelector('compare-slider').toggleAttribute('overlaid', mode === 'slider');
      for (const button of this.modes) button.setAttribute('aria-pressed', String(button.dataset.mode === mode));
    }

    show(index) {
      this.current = (index + this.figures.length) % this.figures.length;
      const figure = this.figures[this.current];
      const slider = figure.querySelector('compare-slider').cloneNode(true);
      for (const image of slider.querySelectorAll('img')) image.loading = 'eager';
      this.stage.replaceChildren(slider);
      slider.range.value = 50;
      slider.cut(50);
      const name = figure.querySelector('.name').firstChild.textContent.trim();
      this.dialog.querySelector('.title').textContent = `${name}  (${this.current + 1} of ${this.figures.length})`;
      if (!this.dialog.open) this.dialog.showModal();
      this.fit();
      slider.range.focus({ preventScroll: true });
    }

    fit() {
      if (!this.enlarged) return;
      const image = this.enlarged.querySelector('.after');
      const scale = Math.min(this.stage.clientWidth / image.getAttribute('width'), this.stage.clientHeight / image.getAttribute('height'));
      this.enlarged.style.width = Math.floor(image.getAttribute('width') * scale) + 'px';
    }

    press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (!this.dialog.open) {
        if (event.key === 's') this.choose(this.querySelector('figure [overlaid]') ? 'side' : 'slider');
        return;
      }
      if (event.key === 'n' || event.key === 'PageDown') this.show(this.current + 1);
      else if (event.key === 'p' || event.key === 'PageUp') this.show(this.current - 1);
      else if (event.key === ' ' && !event.target.closest('button')) {
        if (!this.isHeld) this.enlarged.cut(100);
        this.isHeld = true;
      } else return;
      event.preventDefault();
    }

    release(event) {
      if (event.key !== ' ' || !this.isHeld) return;
      this.isHeld = false;
      this.enlarged?.cut(this.enlarged.range.value);
    }
  },
);
