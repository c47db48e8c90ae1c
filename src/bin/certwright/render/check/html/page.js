'use strict';
const table = document.querySelector('table');
const body = table.tBodies[0];
const rows = [...body.rows].map((row, place) => ({ row, place }));
const words = document.getElementById('words');
const status = document.getElementById('status');
const shown = document.getElementById('shown');

function filter() {
  const wanted = words.value.trim().toLowerCase();
  let count = 0;
  for (const item of rows) {
    item.text ??= item.row.textContent.toLowerCase();
    const fits = (!status.value || item.row.className === status.value) && item.text.includes(wanted);
    item.row.hidden = !fits;
    if (fits) count += 1;
  }
  shown.value = count.toLocaleString('en') + ' of ' + rows.length.toLocaleString('en') + ' shown';
}

const order = new Intl.Collator('en', { numeric: true });
const text = (item, column) => item.row.cells[column].textContent;
// What does not end comes last.
const end = (item) => item.row.querySelector('time')?.dateTime ?? '~';
const compare = [
  (a, b) => a.place - b.place,
  (a, b) => order.compare(text(a, 1), text(b, 1)),
  (a, b) => order.compare(text(a, 2), text(b, 2)),
  (a, b) => (end(a) < end(b) ? -1 : end(a) > end(b) ? 1 : 0),
];

function sort(head, column) {
  const down = head.ariaSort === 'ascending';
  for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
  head.ariaSort = down ? 'descending' : 'ascending';
  const sign = down ? -1 : 1;
  rows.sort((a, b) => sign * compare[column](a, b) || a.place - b.place);
  body.append(...rows.map((item) => item.row));
}

compare.forEach((_, column) => {
  const head = table.tHead.rows[0].cells[column];
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...head.childNodes);
  button.addEventListener('click', () => sort(head, column));
  head.append(button);
});
words.addEventListener('input', filter);
status.addEventListener('input', filter);
// Browsers keep what was typed when a page is loaded again.
filter();
document.getElementById('bar').hidden = false;
