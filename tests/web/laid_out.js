// What is wrong with how the boxes of a page lie: sentences, or none. Run in the page by tests/web/looking.py.
() => {
  const found = new Set();
  const name = (e) => {
    const text = (e.textContent || e.value || '').trim().replace(/\s+/g, ' ').slice(0, 24);
    return e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + [...e.classList].map((each) => '.' + each).join('') + ` “${text}”`;
  };
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
  const lines = (e) => {
    const text = document.createRange();
    text.selectNodeContents(e);
    return new Set([...text.getClientRects()].map((each) => Math.round(each.bottom))).size;
  };
  const aside = (e) => e.closest('.hidden, .skip, svg, [aria-hidden=true]');
  const kept = (ask) => { const known = new Map(); return (e) => known.get(e) || known.set(e, ask(e)).get(e); };
  const style = kept((e) => getComputedStyle(e));
  const box = kept((e) => e.getBoundingClientRect());
  // How far two boxes are apart, sideways and downwards; less than nothing is how far they reach into each other.
  const apart = (a, b) => [
    Math.max(a.left, b.left) - Math.min(a.right, b.right),
    Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom),
  ];
  const all = [...document.querySelectorAll('body *')].filter((e) => shown(e) && !aside(e) && box(e).width > 1);
  const page = all.filter((e) => e.closest('main'));

  // A page that scrolls sideways.
  if (document.documentElement.scrollWidth > window.innerWidth) found.add('wider than the screen');

  // Brothers in the flow that lie over each other.
  for (const parent of page) {
    const lie = (e) => !['absolute', 'fixed', 'sticky'].includes(style(e).position) && style(e).display !== 'inline';
    const children = [...parent.children].filter((e) => shown(e) && !aside(e) && lie(e) && box(e).width > 1);
    children.forEach((one, nth) => children.slice(nth + 1).forEach((other) => {
      if (Math.max(...apart(box(one), box(other))) < -1) found.add(`${name(one)} lies over ${name(other)}`);
    }));
  }

  // Boxes with an edge that touch another one; what scrolls within its own box lies where one does not see it. Cells of a table and small multiples belong together.
  const edged = 'button, .button, input:not([type=hidden]), select, textarea, table:not(.bars), .card, .notice, .tag, .panel';
  const edges = page.filter((e) => e.matches(edged) && (e.tagName === 'TABLE' || !e.closest('table')) && !e.closest('.menu-body, .panel'));
  edges.forEach((one, nth) => edges.slice(nth + 1).forEach((other) => {
    if (one.contains(other) || other.contains(one)) return;
    if (Math.max(...apart(box(one), box(other))) < 3.5) found.add(`${name(one)} touches ${name(other)}`);
  }));

  for (const e of page) {
    const clipped = e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 1 && style(e).display !== 'inline';
    const dotted = style(e).textOverflow === 'ellipsis' || e.querySelector('[style*=ellipsis]');
    const cuts = ['hidden', 'clip'].includes(style(e).overflowX);
    if (clipped && cuts && !dotted && e.tagName !== 'INPUT') found.add(`${name(e)} is cut`);
    if (clipped && !cuts && e.matches('button, .button, select, th, td, .tag, .chip')) found.add(`${name(e)} spills over its edge`);
    // A day, or a word or two: a column that is too narrow for what stands in it.
    if (e.matches('td, tbody th') && !e.querySelector('.hidden') && e.textContent.trim().length < 14 && lines(e) > 2) found.add(`${name(e)} is squeezed`);
    if (e.matches('.chip, .tag') && style(e).display === 'inline' && e.getClientRects().length > 1) found.add(`${name(e)} breaks in two`);
  }

  // What is pressed, apart from links in running text.
  for (const e of all.filter((each) => each.matches('a[href], button, select, summary, input:not([type=hidden])'))) {
    const { width, height } = box(e.matches('[type=checkbox], [type=radio]') ? e.closest('label, .option') || e : e);
    if (style(e).display !== 'inline' && !e.closest('label') && Math.min(width, height) < 23.5) {
      found.add(`${name(e)} is too small to press: ${Math.round(width)} × ${Math.round(height)}`);
    }
  }
  return [...found];
}
