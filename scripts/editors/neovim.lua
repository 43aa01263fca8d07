-- Drives `strata lsp` with Neovim's own client: what a person would see is printed, and a line that begins with WRONG
-- ends it with status 1.  STRATA=… FILE=copy-of-sample.arch nvim -n --headless --clean -l neovim.lua   (0.9 and later;
-- before: -c 'luafile neovim.lua')
local wrong = 0
local function expect(what, holds, seen)
  if not holds then wrong = wrong + 1 end
  io.stdout:write((holds and 'ok     ' or 'WRONG  ') .. what .. (seen ~= nil and ': ' .. tostring(seen) or '') .. '\n')
end
local function main()
  vim.cmd('edit ' .. vim.fn.fnameescape(os.getenv('FILE')))
  vim.bo.filetype = 'arch'
  local buffer = vim.api.nvim_get_current_buf()
  local config = { name = 'strata', cmd = { os.getenv('STRATA') or 'strata', 'lsp' }, root_dir = vim.fn.fnamemodify(os.getenv('FILE'), ':p:h') }
  local id = vim.lsp.start and vim.lsp.start(config) or vim.lsp.start_client(config)
  if not vim.lsp.start then vim.lsp.buf_attach_client(buffer, id) end
  local client
  expect('the server answers', vim.wait(5000, function() client = vim.lsp.get_client_by_id(id); return client and client.initialized end, 10))
  local function line(number) return vim.api.nvim_buf_get_lines(buffer, number - 1, number, false)[1] end
  local function here(row, word)
    vim.api.nvim_win_set_cursor(0, { row, line(row):find(word, 1, true) - 1 })
    return { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = row - 1, character = line(row):find(word, 1, true) - 1 } }
  end
  local function ask(method, parameters)
    local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/' .. method, parameters, 3000)
    return answers and answers[id] and answers[id].result
  end
  local function found() return vim.diagnostic.get(buffer) end
  vim.wait(5000, function() return #found() > 0 end, 10)
  expect('a finding is shown', #found() == 1, found()[1] and found()[1].message)
  local hover = ask('hover', here(4, 'conv'))
  expect('hover tells of the layer', hover and hover.contents.value:find('conv', 1, true))
  local items = ask('completion', here(3, 'max_pol'))
  expect('completion offers layers', items and #(items.items or items) > 20, items and #(items.items or items))
  local whole = { start = { line = 0, character = 0 }, ['end'] = { line = 5, character = 0 } }
  local hints = ask('inlayHint', { textDocument = here(1, 'network').textDocument, range = whole })
  expect('there are hints', hints and #hints > 0, hints and #hints)
  local definition = ask('definition', here(4, 'folded'))
  expect('a name leads to its line', definition and definition[1] and definition[1].range.start.line == 2)
  if vim.lsp.inlay_hint then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
    vim.wait(3000, function() return #vim.lsp.inlay_hint.get({ bufnr = buffer }) > 0 end, 20)
    expect('Neovim shows the hints', #vim.lsp.inlay_hint.get({ bufnr = buffer }) > 0)
  end
  if vim.lsp.semantic_tokens then
    local function colour() return (vim.lsp.semantic_tokens.get_at_pos(buffer, 0, 0) or {})[1] end
    vim.wait(3000, colour, 20)
    expect('Neovim colours the first word', colour(), colour() and colour().type)
  end
  here(3, 'folded')
  vim.lsp.buf.rename('code')
  vim.wait(3000, function() return line(4):find('code', 1, true) ~= nil end, 20)
  expect('rename changes both places', line(3):find('code =', 1, true) and line(4):find('code ->', 1, true), line(4))
  here(3, 'max_pol')
  vim.wait(3000, function() return found()[1] and found()[1].col == vim.fn.col('.') - 1 end, 20)
  if vim.fn.has('nvim-0.8') == 1 then
    vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.kind == 'quickfix' end })
  else
    local place = here(3, 'max_pol')
    local actions = ask('codeAction', { textDocument = place.textDocument, range = { start = place.position, ['end'] = place.position }, context = { diagnostics = {} } })
    vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
  end
  vim.wait(3000, function() return #found() == 0 and line(3):find('max_pool(2)', 1, true) ~= nil end, 20)
  expect('the quick fix is applied', line(3):find('max_pool(2)', 1, true), line(3))
  expect('and its finding goes', #found() == 0, #found())
  if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 3000 }) else vim.lsp.buf.formatting_sync(nil, 3000) end
  expect('the text is laid out', not line(3):find(' $'))
  vim.lsp.stop_client(id)
  expect('the server ends by itself', vim.wait(5000, function() return not vim.lsp.get_client_by_id(id) end, 20))
end
local done, why = xpcall(main, debug.traceback)
if not done then expect('the driver ran to its end', false, why) end
vim.cmd(wrong > 0 and 'cquit 1' or 'qa!')
