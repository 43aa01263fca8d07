" What can be told without the server: comments, texts, numbers and the words of the language.
if exists('b:current_syntax') | finish | endif
syntax match archComment '//.*$'
syntax match archDocumentation '///.*$'
syntax region archText start='"' end='"\|$' skip='\\.'
syntax match archNumber '\<\d[0-9_]*\(\.\d\+\)\?\([eE][-+]\?\d\+\)\?[KkMG]\?\>'
syntax keyword archDeclaration network block variant use plugin input output return expect learn prepare augment train freeze
syntax keyword archEdit set replace remove insert before after with of on at from loss weight
syntax keyword archControl for in repeat if else as and or not
syntax keyword archBoolean true false
syntax match archArrow '->'
highlight default link archComment Comment
highlight default link archDocumentation SpecialComment
highlight default link archText String
highlight default link archNumber Number
highlight default link archDeclaration Keyword
highlight default link archEdit Statement
highlight default link archControl Conditional
highlight default link archBoolean Boolean
highlight default link archArrow Operator
let b:current_syntax = 'arch'
