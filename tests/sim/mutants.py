MUTANTS=()
class Caught: pass
def hunt(*a): pass
