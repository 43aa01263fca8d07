-- Neovim 0.11: copy this folder's `lsp`, `ftdetect` and `syntax` into ~/.config/nvim, and say in init.lua
--   vim.lsp.enable('strata'); vim.lsp.inlay_hint.enable(true)
return { cmd = { 'strata', 'lsp' }, filetypes = { 'arch' }, root_markers = { '.git' } }
