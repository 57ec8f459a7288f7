// The order of the sections: rows are moved by buttons or dragged, and saved together.
(() => {
  const bar = document.querySelector('.order-bar')
  const body = document.querySelector('#result_list tbody')
  if (!bar || !body || !body.querySelector('.order')) return
  const form = document.getElementById('changelist-form')
  const said = bar.querySelector('.order-status')
  const save = bar.querySelector('.order-save')
  const rows = () => [...body.rows].filter(row => row.querySelector('.order'))
  const first = rows()
  let dragged = null
  let isDirty = false

  const tell = row => {
    const name = row.querySelector('.order').dataset.name
    const all = rows()
    said.textContent = bar.dataset.said.replace('{name}', name)
      .replace('{place}', all.indexOf(row) + 1).replace('{all}', all.length)
    isDirty = all.some((one, at) => one !== first[at])
    save.hidden = !isDirty
    row.classList.add('is-moved')
  }

  const step = (row, way) => {
    const all = rows()
    const other = all[all.indexOf(row) + way]
    if (other) way < 0 ? other.before(row) : other.after(row)
    tell(row)
  }

  body.addEventListener('click', event => {
    const button = event.target.closest('.order button')
    if (!button) return
    event.preventDefault()
    step(button.closest('tr'), button.value.startsWith('up') ? -1 : 1)
    button.focus()
  })

  for (const row of first) {
    const handle = document.createElement('span')
    handle.className = 'order-handle'
    handle.textContent = '⠿'
    handle.title = bar.dataset.handle
    handle.setAttribute('aria-hidden', 'true')
    handle.draggable = true
    handle.addEventListener('dragstart', event => {
      dragged = row
      row.classList.add('is-dragged')
      event.dataTransfer.effectAllowed = 'move'
      event.dataTransfer.setData('text/plain', '')
      event.dataTransfer.setDragImage(row, 20, 10)
    })
    handle.addEventListener('dragend', () => {
      row.classList.remove('is-dragged')
      if (dragged) tell(row)
      dragged = null
    })
    row.querySelector('.order').prepend(handle)
  }

  body.addEventListener('dragover', event => {
    const row = event.target.closest('tr')
    if (!dragged || !row) return
    event.preventDefault()
    if (row === dragged) return
    const box = row.getBoundingClientRect()
    event.clientY < box.top + box.height / 2 ? row.before(dragged) : row.after(dragged)
  })
  body.addEventListener('drop', event => { if (dragged) event.preventDefault() })

  form.addEventListener('submit', () => { isDirty = false })
  save.querySelector('a').addEventListener('click', () => { isDirty = false })
  window.addEventListener('beforeunload', event => { if (isDirty) event.preventDefault() })
})()
