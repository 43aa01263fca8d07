;;; arch-mode.el --- Networks in .arch files, with strata  -*- lexical-binding: t -*-

;; Put this file on the load path and say (require 'arch-mode). Then `M-x eglot' in an .arch file starts the server;
;; from Emacs 29 on eglot is built in.

(defvar arch-mode-words
  '("network" "block" "variant" "use" "plugin" "input" "output" "return" "expect" "learn" "prepare" "augment" "train"
    "freeze" "set" "replace" "remove" "insert" "before" "after" "with" "of" "on" "at" "from" "loss" "weight" "for" "in"
    "repeat" "if" "else" "as" "and" "or" "not"))

(defvar arch-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "w" table)
    (modify-syntax-entry ?\" "\"" table)
    table))

;;;###autoload
(define-derived-mode arch-mode prog-mode "Arch"
  "Networks as Strata reads them."
  (setq-local comment-start "// ")
  (setq-local comment-start-skip "//+ *")
  (setq-local tab-width 4)
  (setq-local indent-tabs-mode nil)
  (setq-local font-lock-defaults
              `(((,(regexp-opt arch-mode-words 'words) . font-lock-keyword-face)
                 ("\\<\\(?:network\\|block\\|variant\\)\\s-+\\(\\w+\\)" 1 font-lock-type-face)
                 ("->\\s-*\\(\\w+\\)" 1 font-lock-function-name-face)
                 ("\\<as\\s-+\\(\\w+\\)" 1 font-lock-variable-name-face)
                 ("\\<\\(?:true\\|false\\)\\>" . font-lock-constant-face)))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.arch\\'" . arch-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(arch-mode . ("strata" "lsp"))))

(provide 'arch-mode)
;;; arch-mode.el ends here
